new CfnOutput(stack, 'PagesFunctionArn', { value: pages(stack).function.functionArn });
