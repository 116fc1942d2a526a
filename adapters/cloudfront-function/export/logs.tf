variable "log_days" {
  description = "How long the function's log is kept."
  type        = number
  default     = 30
}

# CloudFront writes it there, wherever the visitor is, and would make it without an end.
resource "aws_cloudwatch_log_group" "hardtack" {
  region            = "us-east-1"
  name              = "/aws/cloudfront/function/${var.name}"
  retention_in_days = var.log_days
}

