import { LinuxKitError } from "../../../sdk/assembly/error";

export interface OvfFields {
    /** The virtual machine's name. */
    readonly name: string;
    readonly firmware: "bios" | "efi";
    readonly memoryMib: number;
    readonly diskFile: string;
    readonly diskFileBytes: number;
    readonly diskBytes: number;
}

/** ESXi 6.5 and later. */
const HARDWARE_VERSION = "vmx-13";

/**
 * An OVF descriptor of one machine with one processor, its disk on a paravirtual SCSI controller and a vmxnet3 adapter,
 * as upstream's `linuxkit run vcenter` makes it.
 *
 * Follows DMTF DSP0243 1.1, the version that ESXi reads; the elements of an Item stand in alphabetical order, as the
 * schema of CIM_ResourceAllocationSettingData has them. Errors: `OvfName` for a name that XML cannot hold.
 */
export function ovfDescriptor(fields: OvfFields): string {
    return `<?xml version="1.0" encoding="UTF-8"?>
<Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1" xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData" xmlns:vssd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData" xmlns:vmw="http://www.vmware.com/schema/ovf">
  <References>
    <File ovf:href="${fields.diskFile}" ovf:id="file1" ovf:size="${fields.diskFileBytes}"/>
  </References>
  <DiskSection>
    <Info>Virtual disks</Info>
    <Disk ovf:capacity="${fields.diskBytes}" ovf:capacityAllocationUnits="byte" ovf:diskId="disk1" ovf:fileRef="file1" ovf:format="http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized"/>
  </DiskSection>
  <NetworkSection>
    <Info>Logical networks</Info>
    <Network ovf:name="VM Network">
      <Description>The network of the machine</Description>
    </Network>
  </NetworkSection>
  <VirtualSystem ovf:id="image">
    <Info>A virtual machine</Info>
    <Name>${escape(fields.name)}</Name>
    <OperatingSystemSection ovf:id="101" vmw:osType="otherLinux64Guest">
      <Info>The guest's operating system</Info>
      <Description>Other Linux (64-bit)</Description>
    </OperatingSystemSection>
    <VirtualHardwareSection>
      <Info>Virtual hardware</Info>
      <System>
        <vssd:ElementName>Virtual Hardware Family</vssd:ElementName>
        <vssd:InstanceID>0</vssd:InstanceID>
        <vssd:VirtualSystemType>${HARDWARE_VERSION}</vssd:VirtualSystemType>
      </System>
${items(fields.memoryMib).map(item).join("\n")}
      <vmw:Config ovf:required="false" vmw:key="firmware" vmw:value="${fields.firmware}"/>
    </VirtualHardwareSection>
  </VirtualSystem>
</Envelope>
`;
}

type Item = Readonly<Record<string, string | number | boolean>>;

/** Resource types of CIM_ResourceAllocationSettingData: 3 processor, 4 memory, 6 SCSI controller, 10 Ethernet, 17 disk. */
function items(memoryMib: number): readonly Item[] {
    return [
        {
            AllocationUnits: "hertz * 10^6",
            ElementName: "1 virtual CPU",
            InstanceID: 1,
            ResourceType: 3,
            VirtualQuantity: 1,
        },
        {
            AllocationUnits: "byte * 2^20",
            ElementName: `${memoryMib} MB of memory`,
            InstanceID: 2,
            ResourceType: 4,
            VirtualQuantity: memoryMib,
        },
        {
            Address: 0,
            ElementName: "SCSI controller 0",
            InstanceID: 3,
            ResourceSubType: "VirtualSCSI",
            ResourceType: 6,
        },
        {
            AddressOnParent: 0,
            ElementName: "Disk 0",
            HostResource: "ovf:/disk/disk1",
            InstanceID: 4,
            Parent: 3,
            ResourceType: 17,
        },
        {
            AddressOnParent: 1,
            AutomaticAllocation: true,
            Connection: "VM Network",
            ElementName: "Ethernet 0",
            InstanceID: 5,
            ResourceSubType: "VmxNet3",
            ResourceType: 10,
        },
    ];
}

function item(elements: Item): string {
    const lines = Object.entries(elements).map(([name, value]) => `        <rasd:${name}>${value}</rasd:${name}>`);
    return ["      <Item>", ...lines, "      </Item>"].join("\n");
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** XML 1.0, 2.2: control characters, lone surrogates, U+FFFE and U+FFFF have no form in a document. */
function escape(text: string): string {
    if (!text.isWellFormed() || /[\p{Cc}\uFFFE\uFFFF]/u.test(text)) {
        throw new LinuxKitError(
            "OvfName",
            `the name ${JSON.stringify(text)} of an .ova cannot be written in XML: leave out its control characters`,
            { name: text },
        );
    }
    return text.replaceAll(/[&<>"]/gu, (character) => ENTITIES[character] ?? character);
}
