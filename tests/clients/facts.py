"""Facts about an instance's life, asked by boto3 and the AWS CLI.

Run as `ec2sim serve --clock MODE -- python facts.py MODE`; MODE is manual, instant or polled. Each fact holds in all three: what
differs is who lets time pass.
"""

import json
import os
import subprocess
import sys
import unittest
import urllib.request

import boto3
from botocore.exceptions import ClientError, WaiterError

MODE = sys.argv.pop(1) if len(sys.argv) > 1 else "manual"
URL = os.environ["EC2SIM_URL"]
AMI = "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"


def control(method, path, body=None):
    """Asks the control API."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{URL}/_ec2sim/{path}", data=data, method=method)
    with urllib.request.urlopen(request) as answer:
        return answer.read().decode()


class Facts(unittest.TestCase):
    def setUp(self):
        control("POST", "reset")
        self.ec2 = boto3.client("ec2")

    def launch(self, **more):
        asked = {"ImageId": AMI, "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1, **more}
        return self.ec2.run_instances(**asked)["Instances"][0]["InstanceId"]

    def settle(self, instance=None, state=None):
        """Lets time pass until all is settled: each mode in its own way."""
        if MODE == "manual":
            control("POST", "clock/settle")
        elif MODE == "polled":
            for _ in range(100):
                if json.loads(control("GET", "clock"))["settled"]:
                    break
                self.ec2.describe_instances()

    def instance(self, instance):
        found = self.ec2.describe_instances(InstanceIds=[instance])
        return found["Reservations"][0]["Instances"][0]

    def state(self, instance):
        return self.instance(instance)["State"]["Name"]

    def refused(self, code, call, **parameters):
        with self.assertRaises(ClientError) as caught:
            call(**parameters)
        self.assertEqual(caught.exception.response["Error"]["Code"], code)

    def test_a_launch_is_pending_and_then_runs(self):
        answer = self.ec2.run_instances(ImageId=AMI, InstanceType="t3.micro", MinCount=1, MaxCount=1)
        instance = answer["Instances"][0]
        self.assertEqual(instance["State"], {"Code": 0, "Name": "pending"})
        self.assertNotIn("PublicIpAddress", instance)
        self.settle()
        running = self.instance(instance["InstanceId"])
        self.assertEqual(running["State"], {"Code": 16, "Name": "running"})
        self.assertTrue(running["PublicDnsName"].startswith("ec2-"))

    def test_stop_and_start_change_the_public_address_and_keep_the_private_one(self):
        web = self.launch()
        self.settle()
        before = self.instance(web)
        self.ec2.stop_instances(InstanceIds=[web])
        self.settle()
        stopped = self.instance(web)
        self.assertEqual(stopped["State"]["Name"], "stopped")
        self.assertNotIn("PublicIpAddress", stopped)
        self.assertEqual(stopped["StateReason"]["Code"], "Client.UserInitiatedShutdown")
        self.ec2.start_instances(InstanceIds=[web])
        self.settle()
        after = self.instance(web)
        self.assertEqual(after["PrivateIpAddress"], before["PrivateIpAddress"])
        self.assertNotEqual(after["PublicIpAddress"], before["PublicIpAddress"])

    def test_a_reboot_keeps_everything(self):
        web = self.launch()
        self.settle()
        before = self.instance(web)
        self.ec2.reboot_instances(InstanceIds=[web])
        self.settle()
        after = self.instance(web)
        for key in ("PublicIpAddress", "PrivateIpAddress", "LaunchTime", "State"):
            self.assertEqual(after[key], before[key], key)

    def test_a_hibernation_needs_an_encrypted_root(self):
        self.refused(
            "UnsupportedHibernationConfiguration",
            self.launch,
            InstanceType="m5.large",
            HibernationOptions={"Configured": True},
        )
        lab = self.launch(
            InstanceType="m5.large",
            HibernationOptions={"Configured": True},
            BlockDeviceMappings=[{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 30, "Encrypted": True}}],
        )
        self.settle()
        self.ec2.stop_instances(InstanceIds=[lab], Hibernate=True)
        self.settle()
        self.assertEqual(self.state(lab), "stopped")
        reason = self.instance(lab)["StateReason"]["Code"]
        self.assertEqual(reason, "Client.UserInitiatedHibernate")

    def test_termination_gives_up_addresses_and_deletes_the_root(self):
        web = self.launch()
        self.settle()
        root = self.instance(web)["BlockDeviceMappings"][0]["Ebs"]["VolumeId"]
        self.ec2.terminate_instances(InstanceIds=[web])
        self.settle()
        over = self.instance(web)
        self.assertEqual(over["State"], {"Code": 48, "Name": "terminated"})
        self.assertNotIn("PrivateIpAddress", over)
        self.refused("InvalidVolume.NotFound", self.ec2.describe_volumes, VolumeIds=[root])

    def test_protection_is_asked_before_anything_ends(self):
        web = self.launch(DisableApiTermination=True)
        self.settle()
        self.refused("OperationNotPermitted", self.ec2.terminate_instances, InstanceIds=[web])
        self.ec2.modify_instance_attribute(InstanceId=web, DisableApiTermination={"Value": False})
        self.ec2.terminate_instances(InstanceIds=[web])

    def test_a_type_changes_only_while_stopped(self):
        web = self.launch()
        self.settle()
        change = {"InstanceId": web, "InstanceType": {"Value": "t3.small"}}
        self.refused("IncorrectInstanceState", self.ec2.modify_instance_attribute, **change)
        self.ec2.stop_instances(InstanceIds=[web])
        self.settle()
        self.ec2.modify_instance_attribute(**change)
        self.assertEqual(self.instance(web)["InstanceType"], "t3.small")

    def test_an_elastic_ip_stays_through_a_stop(self):
        web = self.launch()
        self.settle()
        address = self.ec2.allocate_address(Domain="vpc")
        self.ec2.associate_address(AllocationId=address["AllocationId"], InstanceId=web)
        self.ec2.stop_instances(InstanceIds=[web])
        self.settle()
        self.assertEqual(self.instance(web)["PublicIpAddress"], address["PublicIp"])

    def test_a_dry_run_changes_nothing(self):
        web = self.launch()
        self.settle()
        self.refused("DryRunOperation", self.ec2.stop_instances, InstanceIds=[web], DryRun=True)
        self.assertEqual(self.state(web), "running")

    def test_pages_and_filters(self):
        for _ in range(7):
            self.launch()
        pages = self.ec2.get_paginator("describe_instances")
        told = [
            instance["InstanceId"]
            for page in pages.paginate(PaginationConfig={"PageSize": 5})
            for reservation in page["Reservations"]
            for instance in reservation["Instances"]
        ]
        self.assertEqual(len(told), 7)
        self.assertEqual(len(set(told)), 7)
        none = self.ec2.describe_instances(Filters=[{"Name": "instance-type", "Values": ["m5.*"]}])
        self.assertEqual(none["Reservations"], [])

    def test_waiters_end(self):
        if MODE == "manual":
            self.skipTest("nobody moves the clock while a waiter sleeps")
        fast = {"Delay": 0, "MaxAttempts": 40}
        web = self.launch()
        self.ec2.get_waiter("instance_running").wait(InstanceIds=[web], WaiterConfig=fast)
        self.ec2.get_waiter("instance_status_ok").wait(InstanceIds=[web], WaiterConfig=fast)
        self.ec2.stop_instances(InstanceIds=[web])
        self.ec2.get_waiter("instance_stopped").wait(InstanceIds=[web], WaiterConfig=fast)
        with self.assertRaises(WaiterError):
            self.ec2.get_waiter("instance_terminated").wait(
                InstanceIds=[web], WaiterConfig={"Delay": 0, "MaxAttempts": 2}
            )

    def test_a_scheduler_over_a_virtual_week_and_its_bill(self):
        if MODE != "manual":
            self.skipTest("the week is walked by hand")
        web = self.launch()
        control("POST", "clock/settle")
        for _ in range(7):
            self.ec2.stop_instances(InstanceIds=[web])
            control("POST", "clock/advance?by=16h")
            self.ec2.start_instances(InstanceIds=[web])
            control("POST", "clock/advance?by=8h")
        bill = json.loads(control("GET", "bill?format=json"))
        self.assertIn("total", json.dumps(bill))
        self.assertEqual(self.state(web), "running")

    def test_a_fleet_and_a_launch_take_after_a_template(self):
        tags = [{"ResourceType": "instance", "Tags": [{"Key": "team", "Value": "web"}]}]
        data = {"ImageId": AMI, "InstanceType": "t3.micro", "TagSpecifications": tags}
        data["BlockDeviceMappings"] = [{"DeviceName": "/dev/sdf", "Ebs": {"VolumeSize": 20}}]
        self.ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData=data)
        wider = {"InstanceType": "m5.large"}
        self.ec2.create_launch_template_version(LaunchTemplateName="web", SourceVersion="1", LaunchTemplateData=wider)
        versions = self.ec2.describe_launch_template_versions(LaunchTemplateName="web", Versions=["$Latest"])
        told = versions["LaunchTemplateVersions"][0]["LaunchTemplateData"]
        self.assertEqual(told, {**data, **wider})
        named = {"LaunchTemplateName": "web", "Version": "$Latest"}
        answer = self.ec2.run_instances(LaunchTemplate=named, MinCount=1, MaxCount=1)
        self.assertEqual(answer["Instances"][0]["InstanceType"], "m5.large")
        overrides = [{"InstanceType": kind, "WeightedCapacity": 1.0} for kind in ["m5.large", "t3.micro"]]
        fleet = self.ec2.create_fleet(
            Type="instant",
            LaunchTemplateConfigs=[{"LaunchTemplateSpecification": named, "Overrides": overrides}],
            TargetCapacitySpecification={"TotalTargetCapacity": 2, "DefaultTargetCapacityType": "on-demand"},
        )
        self.assertEqual(fleet["Errors"], [])
        self.assertEqual(fleet["Instances"][0]["InstanceType"], "t3.micro")
        self.assertEqual(len(fleet["Instances"][0]["InstanceIds"]), 2)
        self.refused(
            "InvalidLaunchTemplateName.AlreadyExistsException",
            self.ec2.create_launch_template,
            LaunchTemplateName="web",
            LaunchTemplateData=data,
        )

    def test_a_network_of_ones_own(self):
        vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnet = self.ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
        web = self.launch(SubnetId=subnet, PrivateIpAddress="10.0.1.9")
        self.settle()
        told = self.instance(web)
        self.assertEqual((told["VpcId"], told["PrivateIpAddress"]), (vpc, "10.0.1.9"))
        eni = self.ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"]
        self.ec2.attach_network_interface(NetworkInterfaceId=eni, InstanceId=web, DeviceIndex=1)
        self.assertEqual(len(self.instance(web)["NetworkInterfaces"]), 2)
        self.refused("DependencyViolation", self.ec2.delete_subnet, SubnetId=subnet)

    def test_a_host_fails_while_the_code_is_looking(self):
        web = self.launch()
        self.settle()
        control("POST", "steps", [{"impair": {"instance": web, "check": "instance"}}])
        status = self.ec2.describe_instance_status(InstanceIds=[web])["InstanceStatuses"][0]
        self.assertEqual(status["InstanceStatus"]["Status"], "impaired")
        self.assertEqual(status["SystemStatus"]["Status"], "ok")

    def test_a_planned_fault_is_met_once(self):
        control("POST", "faults", {"action": "StopInstances", "code": "UnauthorizedOperation", "times": 1})
        web = self.launch()
        self.settle()
        self.refused("UnauthorizedOperation", self.ec2.stop_instances, InstanceIds=[web])
        self.ec2.stop_instances(InstanceIds=[web])

    def test_the_command_line_says_the_same(self):
        def aws(*arguments):
            command = [os.path.join(os.path.dirname(sys.executable), "aws"), "ec2", *arguments]
            return json.loads(subprocess.run(command, check=True, capture_output=True).stdout or "null")

        launched = aws("run-instances", "--image-id", AMI, "--instance-type", "t3.micro")
        web = launched["Instances"][0]["InstanceId"]
        self.settle()
        told = aws("describe-instances", "--instance-ids", web)
        self.assertEqual(told["Reservations"][0]["Instances"][0]["State"]["Name"], "running")


if __name__ == "__main__":
    unittest.main()
