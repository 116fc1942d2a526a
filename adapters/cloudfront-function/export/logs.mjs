  // CloudFront writes it there, wherever the visitor is, and would make it without an end: the stack has to be in
  // us-east-1.
  new LogGroup(scope, id + 'Logs', {
    logGroupName: `/aws/cloudfront/function/${edge.functionName}`,
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
