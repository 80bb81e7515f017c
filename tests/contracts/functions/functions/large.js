exports.handler = (context, event, callback) => callback(null, { text: 'x'.repeat(65536) });
