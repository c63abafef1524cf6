export { Disk, type DiskArgs } from "./disk";
export { Machine, type MachineArgs, type MachineDiskArgs, type Port, type PortArgs } from "./machine";
