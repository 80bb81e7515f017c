exports.handler = (context, event, callback) => callback(new Error('out of order'));
