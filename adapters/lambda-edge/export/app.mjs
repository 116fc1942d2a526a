// hardtack {version} for Lambda@Edge, policy {hash}: the cookie {cookie}, {domains}.
//
//   npm install && npx cdk deploy
//
// Or take `Hardtack` over into an app of your own, and give each behavior that serves pages its function:
//
//   const hardtack = new Hardtack(edgeStack, 'Hardtack');
//   new cloudfront.Distribution(this, 'Site', {
//     defaultBehavior: { origin, edgeLambdas: [hardtack.edgeLambda] },
//   });
import { fileURLToPath } from 'node:url';

import { App, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { LambdaEdgeEventType } from 'aws-cdk-lib/aws-cloudfront';
import { CompositePrincipal, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

const zip = fileURLToPath(new URL('lambda-edge.zip', import.meta.url));

/** The function, for a stack in us-east-1: Lambda@Edge takes functions from there only. */
export class Hardtack extends Construct {
  constructor(scope, id, { name = 'hardtack' } = {}) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      assumedBy: new CompositePrincipal(
        new ServicePrincipal('lambda.amazonaws.com'),
        new ServicePrincipal('edgelambda.amazonaws.com'),
      ),
    });
    // Its own log, in every region, and nothing else.
    const group = `arn:aws:logs:*:${Stack.of(this).account}:log-group:/aws/lambda/us-east-1.${name}`;
    role.addToPolicy(new PolicyStatement({
      actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [group, `${group}:*`],
    }));
    // How long the log in us-east-1 is kept; other regions' groups are made by the function, without an end.
    new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/us-east-1.${name}`,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.function = new Function(this, 'Function', {
      functionName: name,
      description: 'hardtack {version}, policy {hash}',
      role,
      runtime: new Runtime('{runtime}'),
      architecture: Architecture.X86_64,
      handler: 'index.handler',
      memorySize: {memory},
      timeout: Duration.seconds({timeout}),
      code: Code.fromAsset(zip),
      // Replicas go away hours after the last distribution has let go of the function; until then AWS deletes nothing.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
    });
    this.function.applyRemovalPolicy(RemovalPolicy.RETAIN);
    /** For a behavior's `edgeLambdas`. */
    this.edgeLambda = {
      eventType: LambdaEdgeEventType.VIEWER_RESPONSE,
      functionVersion: this.function.currentVersion,
    };
  }
}

const app = new App();
const stack = new Stack(app, 'Hardtack', { env: { region: 'us-east-1' } });
const { edgeLambda } = new Hardtack(stack, 'Hardtack');
new CfnOutput(stack, 'VersionArn', { value: edgeLambda.functionVersion.functionArn });
app.synth();
