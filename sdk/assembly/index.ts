export { Assembly } from "./assembly";
export type {
    AssemblyArgs,
    AssemblyChanges,
    AssemblyRemovals,
    FileArgs,
    InitArgs,
    KernelArgs,
    VolumeArgs,
} from "./assembly-args";
export type {
    ContainerArgs,
    DeviceArgs,
    HealthcheckArgs,
    IdMappingArgs,
    MountArgs,
    ServiceArgs,
} from "./container-args";
export { type Capability, capabilityNames } from "./data/capabilities";
export type { MachineFamily } from "./data/machine-families";
export { LinuxKitError } from "./error";
export type { ImageFormat } from "./formats";
export type { InputList, InputRecord } from "./inputs";
export { metadata, type MetadataArgs } from "./metadata";
export { persistentDisk, type PersistentDiskArgs } from "./persistent-disk";
export {
    dhcp,
    privateNames,
    privateNetwork,
    staticAddress,
    type DhcpArgs,
    type DhcpServiceArgs,
    type PrivateNetworkArgs,
    type StaticAddressArgs,
} from "./network";
export type { Readiness, TcpReadiness } from "./readiness";
export type {
    BlockIOArgs,
    CpuArgs,
    DeviceRuleArgs,
    HugepageLimitArgs,
    InterfacePriorityArgs,
    MemoryArgs,
    NetworkResourcesArgs,
    PidsArgs,
    ResourcesArgs,
    ThrottleDeviceArgs,
    WeightDeviceArgs,
} from "./resources-args";
export type { BindNamespacesArgs, InterfaceArgs, RuntimeArgs } from "./runtime-args";
export type {
    ContainerSource,
    DebianArchiveArgs,
    DebianBaseSource,
    DebianKernelSource,
    DebianPackagesSource,
    DebianRepositoryArgs,
    DhcpSource,
    PrivateNamesSource,
    PrivateNetworkSource,
    FolderRootSource,
    ImageSource,
    InitSource,
    KernelSource,
    OciArchiveSource,
    OciImageSource,
    OciLayoutSource,
    StaticAddressSource,
    VolumeSource,
} from "./source-args";
export { folder } from "./sources";
export type { Architecture, ComponentKey } from "./spec";
export type { Duration, DurationUnit, Size, SizeUnit } from "./units";
export type { UserData, UserDataEntryArgs } from "./user-data";
export type { YamlParameters } from "./yaml/parameters";
export type { FromYamlOptions } from "./yaml/read";
