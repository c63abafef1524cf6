export { type AdoptedDiskArgs, Disk, type DiskArgs } from "./disk";
export { Machine, type MachineArgs, type MachineDiskArgs, type Port, type PortArgs } from "./machine";
export { type MachineNetworkArgs, Network, type NetworkAddress, type NetworkArgs } from "./network";
