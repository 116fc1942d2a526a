/** For the same list: gives the pages of a bucket their addresses, {addresses}. */
export function pages(scope, id = 'HardtackPages') {
  const filePath = fileURLToPath(new URL('cloudfront-function-request.js', import.meta.url));
  const edge = new Function(scope, id, {
    comment: 'hardtack {version}, addresses {addresses}',
    runtime: FunctionRuntime.JS_2_0,
    code: FunctionCode.fromFile({ filePath }),
  });
  return { eventType: FunctionEventType.VIEWER_REQUEST, function: edge };
}

