# Gives the pages of a bucket their addresses, {addresses}. Name it beside the other, on event_type "viewer-request".
resource "aws_cloudfront_function" "pages" {
  name    = "${var.name}-pages"
  comment = "hardtack {version}, addresses {addresses}"
  runtime = "{function_runtime}"
  code    = file("${path.module}/cloudfront-function-request.js")
  publish = true
}

output "pages_function_arn" {
  description = "For function_association, on viewer-request."
  value       = aws_cloudfront_function.pages.arn
}

