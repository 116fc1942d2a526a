//[file
// A viewer-request function for CloudFront Functions, runtime cloudfront-js-2.0, that may stand beside the one which
// sets the cookie. A bucket answers 403 or 404 for an address that is no file of it, and viewer-response functions do
// not run then: with this one, such an address is a page, and its visitor gets the cookie. It runs as it stands.
//]
function handler(event) {
  const request = event.request;
  try {
    const uri = request.uri;
    const last = uri.slice(uri.lastIndexOf('/') + 1);
    // A name with a dot is a file's.
    if (!last.includes('.')) {
      //[clean-urls
      request.uri = last === '' ? uri + 'index.html' : uri + '/index.html';
      //]
      //[single-page
      request.uri = '/index.html';
      //]
    }
  } catch (error) {
    console.log('hardtack: left a request as it is: ' + error);
  }
  return request;
}
