exports.handler = (context, event, callback) =>
  callback(null, { order: event.order, total: 12.5 });
