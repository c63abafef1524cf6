"""What both scripts use."""

import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError


def client(service, secret="emulator", key="AKIAEMULATOR00000001"):
    return boto3.client(
        service,
        endpoint_url=sys.argv[1],
        region_name="eu-central-1",
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        config=Config(retries={"total_max_attempts": 1}),
    )


def code_of(call, **arguments):
    try:
        call(**arguments)
        return None
    except ClientError as error:
        return error.response["Error"]["Code"]
