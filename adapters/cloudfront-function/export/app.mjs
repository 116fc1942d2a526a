// hardtack {version} for CloudFront Functions, policy {hash}: the cookie {cookie}, {domains}.
//
//   npm install && npx cdk deploy
//
// Or take the function over into an app of your own, and give it to each behavior that serves pages:
//
//   new cloudfront.Distribution(this, 'Site', {
//     defaultBehavior: { origin, functionAssociations: [hardtack(this)] },
//   });
//
// cloudfront-function.js holds a secret: keep it, and hardtack.secret, out of the repository.
import { fileURLToPath } from 'node:url';

import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { Function, FunctionCode, FunctionEventType, FunctionRuntime } from 'aws-cdk-lib/aws-cloudfront';
{import}
const filePath = fileURLToPath(new URL('cloudfront-function.js', import.meta.url));

/** For a behavior's `functionAssociations`. */
export function hardtack(scope, id = 'Hardtack') {
  const edge = new Function(scope, id, {
    comment: 'hardtack {version}, policy {hash}',
    runtime: FunctionRuntime.JS_2_0,
    code: FunctionCode.fromFile({ filePath }),
  });
{logs}  return { eventType: FunctionEventType.VIEWER_RESPONSE, function: edge };
}

{pages}const app = new App();
const stack = new Stack(app, 'Hardtack', { env: { region: 'us-east-1' } });
new CfnOutput(stack, 'FunctionArn', { value: hardtack(stack).function.functionArn });
{pages_output}app.synth();
