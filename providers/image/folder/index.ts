export { digestFolder, hashFile } from "./digest";
export { folderEntries } from "./entries";
export { type FolderNode, scanFolder } from "./scan";
