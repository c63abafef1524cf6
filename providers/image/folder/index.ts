export { digestFolder, hashFile } from "./digest";
export { folderEntries } from "./entries";
export { scanFolder } from "./scan";
