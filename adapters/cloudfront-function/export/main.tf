# hardtack {version} for CloudFront Functions, policy {hash}: the cookie {cookie}, {domains}.
#
#   terraform init && terraform apply
#
# Then name the function in your distribution, in each behavior that serves pages:
#
#   resource "aws_cloudfront_distribution" "site" {
#     default_cache_behavior {
#       function_association {
#         event_type   = "viewer-response"
#         function_arn = aws_cloudfront_function.hardtack.arn
#       }
#     }
#   }
#
# cloudfront-function.js holds a secret: keep it, and hardtack.secret, out of the repository.

terraform {
  required_providers {
    aws = {
{provider}
    }
  }
}

variable "name" {
  description = "What the function is called."
  type        = string
  default     = "hardtack"
}

resource "aws_cloudfront_function" "hardtack" {
  name    = var.name
  comment = "hardtack {version}, policy {hash}"
  runtime = "{function_runtime}"
  code    = file("${path.module}/cloudfront-function.js")
  publish = true
}

{pages}{logs}output "function_arn" {
  description = "For function_association."
  value       = aws_cloudfront_function.hardtack.arn
}
