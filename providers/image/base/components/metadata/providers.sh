# What each provider says: facts under the names of LinuxKit's metadata package, user data, and the keys of who may log in.

smbios() { # field
    cat "/sys/class/dmi/id/$1" 2>/dev/null
}

# The cloud's own words go before QEMU's device: clouds are made of QEMU too.
detect() {
    case "$(smbios sys_vendor)/$(smbios product_name)/$(smbios bios_version)/$(smbios chassis_asset_tag)" in
    'Amazon EC2'/* | */*.amazon/*) echo aws ;;
    Google/* | */'Google Compute Engine'/*) echo gcp ;;
    'Microsoft Corporation'/*/7783-7084-3265-9085-8269-3286-77) echo azure ;;
    QEMU/*) echo qemu ;;
    *) [ ! -d /sys/firmware/qemu_fw_cfg ] || echo qemu ;;
    esac
}

# What the service does not know is left out.
fact() { # file path
    ! get "$root/$2" || cp "$work/body" "$config/$1"
}

add_keys() {
    mkdir -p "$config/ssh"
    tr -d '\r' | grep -v '^$' >>"$config/ssh/authorized_keys"
    chmod 600 "$config/ssh/authorized_keys"
}

# IMDSv2: docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
from_aws() {
    name=AWS host=$server root=/latest/meta-data
    if ! ask PUT /latest/api/token 'X-aws-ec2-metadata-token-ttl-seconds: 300' 'Content-Length: 0'; then
        [ "$status" != 403 ] || fail "$server refuses to answer this machine (HTTP 403): turn its metadata endpoint on"
        fail "$server speaks no IMDSv2: it refuses a token (HTTP $status)"
    fi
    header="X-aws-ec2-metadata-token: $(tr -dc '!-~' <"$work/body")"
    fact instance_id instance-id
    fact instance_type instance-type
    fact availability_zone placement/availability-zone
    fact hostname hostname
    fact local_hostname local-hostname
    fact local_ipv4 local-ipv4
    fact public_ipv4 public-ipv4
    ! get /latest/user-data || cp "$work/body" "$config/userdata"
    ! get "$root/public-keys/" || cp "$work/body" "$work/keys"
    [ ! -e "$work/keys" ] || while IFS='=' read -r key _ || [ -n "$key" ]; do
        ! get "$root/public-keys/$key/openssh-key" || add_keys <"$work/body"
    done <"$work/keys"
}

# https://cloud.google.com/compute/docs/metadata/predefined-metadata-keys
from_gcp() {
    name=GCP host=metadata.google.internal root=/computeMetadata/v1/instance header='Metadata-Flavor: Google'
    fact hostname hostname
    fact instance_id id
    for last in instance_type:machine-type availability_zone:zone; do
        ! get "$root/${last#*:}" || sed 's|.*/||' "$work/body" >"$config/${last%:*}"
    done
    fact local_ipv4 network-interfaces/0/ip
    fact public_ipv4 network-interfaces/0/access-configs/0/external-ip
    ! get "$root/attributes/user-data" || cp "$work/body" "$config/userdata"
    ! get "$root/attributes/ssh-keys" || sed 's/^[^:]*://' "$work/body" | add_keys
    ! get "$root/attributes/block-project-ssh-keys" || ! grep -qix true "$work/body" || return 0
    ! get /computeMetadata/v1/project/attributes/ssh-keys || sed 's/^[^:]*://' "$work/body" | add_keys
}

# https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service
from_azure() {
    name=Azure host=$server header='Metadata: true'
    get '/metadata/instance?api-version=2021-02-01' || fail "$server knows no instance (HTTP 404)"
    /usr/bin/jq -r -f /azure.jq "$work/body" >"$work/facts" 2>/dev/null || fail "$server describes the instance in no form of JSON that is known"
    while read -r file value; do
        case $file in
        authorized_keys) echo "$value" | base64 -d | add_keys ;;
        *) echo "$value" | base64 -d >"$config/$file" || fail "$server gives a $file that is not in base64" ;;
        esac
    done <"$work/facts"
}

from_qemu() {
    name=QEMU items=/sys/firmware/qemu_fw_cfg/by_name
    [ -d "$items" ] || fail "there is no $items: is qemu_fw_cfg among the modules of the kernel?"
    item=$items/opt/org.linuxkit/user-data/raw
    [ ! -e "$item" ] || cat "$item" >"$config/userdata"
}
