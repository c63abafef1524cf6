export { gceArchive } from "./gce";
export { ova } from "./ova";
export { qcow2 } from "./qcow2";
export { dynamicVhd } from "./vhd-dynamic";
export { fixedVhd } from "./vhd-fixed";
export { streamOptimizedVmdk } from "./vmdk";
