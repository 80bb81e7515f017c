exports.handler = (context, event, callback) => {
  const response = new Twilio.Response();
  response.setStatusCode(404);
  response.appendHeader('Content-Type', 'application/json');
  response.setBody({ error: 'no such order' });
  callback(null, response);
};
