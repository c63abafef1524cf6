"""Drives S3, imports of disks, spot requests and denials with boto3, and prints what it saw as JSON.

Arguments: the emulator's endpoint.
"""

import io
import json

from boto3.s3.transfer import TransferConfig
from common import client, code_of

MIB = 1048576
LIMITED = "AKIAEMULATOR00000009"

s3, ec2 = client("s3"), client("ec2")
bucket = "boto3-bucket"
s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
disk = b"a" * 524288 + bytes(12 * MIB) + b"end"
parts = TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB, max_concurrency=2)
s3.upload_fileobj(io.BytesIO(disk), bucket, "a folder/disk.raw", Config=parts)
head = s3.head_object(Bucket=bucket, Key="a folder/disk.raw")
downloaded = io.BytesIO()
s3.download_fileobj(bucket, "a folder/disk.raw", downloaded, Config=parts)
pending = s3.create_multipart_upload(Bucket=bucket, Key="pending")["UploadId"]
uploads = [each["UploadId"] == pending for each in s3.list_multipart_uploads(Bucket=bucket)["Uploads"]]
s3.abort_multipart_upload(Bucket=bucket, Key="pending", UploadId=pending)
container = {"Format": "RAW", "UserBucket": {"S3Bucket": bucket, "S3Key": "a folder/disk.raw"}}
tags = [{"ResourceType": "import-snapshot-task", "Tags": [{"Key": "by", "Value": "boto3"}]}]
task = ec2.import_snapshot(DiskContainer=container, TagSpecifications=tags)["ImportTaskId"]
ec2.get_waiter("snapshot_imported").wait(ImportTaskIds=[task], WaiterConfig={"Delay": 1})
detail = ec2.describe_import_snapshot_tasks(ImportTaskIds=[task])["ImportSnapshotTasks"][0]["SnapshotTaskDetail"]
snapshot = detail["SnapshotId"]
image = ec2.register_image(
    Name="imported",
    Architecture="x86_64",
    VirtualizationType="hvm",
    EnaSupport=True,
    RootDeviceName="/dev/xvda",
    BlockDeviceMappings=[{"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": snapshot, "VolumeType": "gp3"}}],
)["ImageId"]
spot = ec2.run_instances(
    ImageId=image,
    InstanceType="t3.micro",
    MinCount=1,
    MaxCount=1,
    InstanceMarketOptions={"MarketType": "spot"},
)["Instances"][0]
instance, request = spot["InstanceId"], spot["SpotInstanceRequestId"]
ec2.get_waiter("spot_instance_request_fulfilled").wait(
    SpotInstanceRequestIds=[request], WaiterConfig={"Delay": 1}
)
ec2.get_waiter("instance_running").wait(InstanceIds=[instance], WaiterConfig={"Delay": 1})
console = ec2.get_console_output(InstanceId=instance, Latest=True).get("Output")
limited = client("ec2", key=LIMITED)
denied = code_of(limited.terminate_instances, InstanceIds=[instance])
allowed = [each["InstanceId"] for each in limited.describe_instance_status()["InstanceStatuses"]] == [instance]
ec2.terminate_instances(InstanceIds=[instance])
ec2.get_waiter("instance_terminated").wait(InstanceIds=[instance], WaiterConfig={"Delay": 1})
ec2.deregister_image(ImageId=image, DeleteAssociatedSnapshots=True)
s3.delete_object(Bucket=bucket, Key="a folder/disk.raw")
missing = code_of(s3.head_object, Bucket=bucket, Key="a folder/disk.raw")
s3.delete_bucket(Bucket=bucket)
print(
    json.dumps(
        {
            "size": head["ContentLength"] == len(disk),
            "same": downloaded.getvalue() == disk,
            "uploads": uploads,
            "imported": [detail["Status"], detail["Format"]],
            "console": console,
            "denied": denied,
            "allowed": allowed,
            "missing": missing,
        }
    )
)
