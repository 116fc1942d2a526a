"""MiniStack's CloudFront with one distribution, whose name it prints. Then it reads the path of the function that was
built for that name, and attaches it in front of the origin. It runs until its input ends."""

import importlib.util
import json
import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
TEST = HERE.parent.parent / "adapters" / "cloudfront-function" / "test" / "ministack.py"


def load():
    """Loads the function's own test, which can start MiniStack and publish a function."""
    spec = importlib.util.spec_from_file_location("function_test", TEST)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def distribution(origin, arns):
    custom = {"HTTPPort": origin, "HTTPSPort": 443, "OriginProtocolPolicy": "http-only"}
    functions = {"Quantity": len(arns), "Items": [{"FunctionARN": arn, "EventType": "viewer-response"} for arn in arns]}
    return {
        "CallerReference": "lab",
        "Comment": "",
        "Enabled": True,
        "Origins": {"Quantity": 1, "Items": [{"Id": "origin", "DomainName": "localhost", "CustomOriginConfig": custom}]},
        "DefaultCacheBehavior": {
            "TargetOriginId": "origin",
            "ViewerProtocolPolicy": "allow-all",
            # CachingDisabled and AllViewer: the origin receives what the browser sent.
            "CachePolicyId": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
            "OriginRequestPolicyId": "216adef6-5c7f-47e4-b989-5492eafa07d3",
            "FunctionAssociations": functions,
        },
    }


def main():
    folder, origin = sys.argv[1], int(sys.argv[2])
    test = load()
    port = test.free_port()
    environment = {
        **os.environ, "GATEWAY_PORT": str(port), "BIND_HOST": "127.0.0.1", "USE_SSL": "1", "PERSIST_STATE": "0", "HOME": os.getcwd(),
        "MINISTACK_SSL_CERT": os.path.join(folder, "site.pem"), "MINISTACK_SSL_KEY": os.path.join(folder, "site.key"),
    }
    program = pathlib.Path(sys.executable).parent / "ministack"
    with test.running([program], port, "MiniStack", env=environment) as process:
        cloudfront = test.client("cloudfront", port)
        made = cloudfront.create_distribution(DistributionConfig=distribution(origin, []))
        print(json.dumps({"host": made["Distribution"]["DomainName"], "port": port}), flush=True)
        function = sys.stdin.readline().strip()
        arn = test.publish(cloudfront, "hardtack", pathlib.Path(function).read_bytes())
        cloudfront.update_distribution(Id=made["Distribution"]["Id"], IfMatch=made["ETag"], DistributionConfig=distribution(origin, [arn]))
        print("deployed", flush=True)
        sys.stdin.read()
        # It is slow to stop by itself, and has no state to save.
        process.kill()


main()
