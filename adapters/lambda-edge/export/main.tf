# hardtack {version} for Lambda@Edge, policy {hash}: the cookie {cookie}, {domains}.
#
#   terraform init && terraform apply
#
# Then name the version in your distribution, in each behavior that serves pages:
#
#   resource "aws_cloudfront_distribution" "site" {
#     default_cache_behavior {
#       lambda_function_association {
#         event_type   = "viewer-response"
#         include_body = false
#         lambda_arn   = aws_lambda_function.hardtack.qualified_arn
#       }
#     }
#   }
#
# `hardtack export terraform` after a change of the policy writes a new zip, and the next apply publishes a new version.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.0" # the first with `region` on each resource
    }
  }
}

variable "name" {
  description = "What the function and its role are called."
  type        = string
  default     = "hardtack"
}

variable "log_days" {
  description = "How long the function's log is kept."
  type        = number
  default     = 30
}

variable "log_regions" {
  description = "Where Lambda@Edge runs, and so where it writes its log."
  type        = set(string)
  default = [
{regions}
  ]
}

data "aws_caller_identity" "current" {}

resource "aws_iam_role" "hardtack" {
  name = var.name
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = ["lambda.amazonaws.com", "edgelambda.amazonaws.com"] }
      Action    = "sts:AssumeRole"
    }]
  })
}

# Its own log, in every region, and nothing else.
resource "aws_iam_role_policy" "logs" {
  name = var.name
  role = aws_iam_role.hardtack.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Action = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = [
        "arn:aws:logs:*:${data.aws_caller_identity.current.account_id}:log-group:/aws/lambda/us-east-1.${var.name}",
        "arn:aws:logs:*:${data.aws_caller_identity.current.account_id}:log-group:/aws/lambda/us-east-1.${var.name}:*",
      ]
    }]
  })
}

resource "aws_cloudwatch_log_group" "hardtack" {
  for_each          = var.log_regions
  region            = each.value
  name              = "/aws/lambda/us-east-1.${var.name}"
  retention_in_days = var.log_days
}

# Lambda@Edge takes functions of us-east-1 only, without environment variables, and by the number of a version.
resource "aws_lambda_function" "hardtack" {
  region           = "us-east-1"
  function_name    = var.name
  description      = "hardtack {version}, policy {hash}"
  role             = aws_iam_role.hardtack.arn
  filename         = "${path.module}/lambda-edge.zip"
  source_code_hash = filebase64sha256("${path.module}/lambda-edge.zip")
  handler          = "index.handler"
  runtime          = "{runtime}"
  memory_size      = {memory}
  timeout          = {timeout}
  publish          = true

  # Replicas go away hours after the last distribution has let go of the function; until then AWS deletes nothing.
  skip_destroy = true
}

output "lambda_arn" {
  description = "For lambda_function_association."
  value       = aws_lambda_function.hardtack.qualified_arn
}
