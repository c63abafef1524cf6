# What is there of an instance, as lines of a file's name and its content in base64; the user data is in base64 itself.
.compute as $vm
| (.network.interface[0]?.ipv4.ipAddress[0]?) as $ip
| {
    hostname: ($vm.osProfile.computerName? // $vm.name),
    instance_id: $vm.vmId,
    instance_type: $vm.vmSize,
    availability_zone: (if ($vm.zone // "") == "" then $vm.location else $vm.location + "-" + $vm.zone end),
    local_ipv4: $ip.privateIpAddress,
    public_ipv4: $ip.publicIpAddress,
    authorized_keys: ([$vm.publicKeys[]?.keyData + "\n"] | add)
  }
| (to_entries[] | select((.value // "") != "") | "\(.key) \(.value | @base64)"),
  ($vm.userData | select((. // "") != "") | "userdata \(.)")
