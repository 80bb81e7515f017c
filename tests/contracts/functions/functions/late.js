exports.handler = (context, event, callback) => setTimeout(() => callback(null, {}), 3000);
