//[file
// A viewer-request function for CloudFront Functions, runtime cloudfront-js-2.0, that may stand beside the one which
// sets the cookie. A bucket answers 403 or 404 for an address that is no file of it, and viewer-response functions do
// not run then: with this one, such an address is a page, and its visitor gets the cookie. It runs as it stands.
//]
function handler(event) {
  const request = event.request;
  try {
    // A dot is a dot however it is written.
    const path = request.uri.replace(/%2e/gi, '.');
    // No page is in /.well-known/, nor behind an empty segment, `.` or `..`.
    const isHidden = /\/[./]/.test(path);
    // What stands behind the last dot of a file's name has letters and digits only, and a letter: /v1.2 is a page.
    const isFile = /\.[0-9]*[a-z][0-9a-z]*$/i.test(path);
    if (!isHidden && !isFile) {
      //[clean-urls
      request.uri = request.uri.replace(/\/?$/, '/index.html');
      //]
      //[clean-urls-file
      request.uri = request.uri === '/' ? '/index.html' : request.uri.replace(/\/?$/, '.html');
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
