export { Machine, type MachineArgs, type Port, type PortArgs } from "./machine";
