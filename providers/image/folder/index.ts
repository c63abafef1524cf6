export { digestFolder, hashFile } from "./digest";
export { folderEntries } from "./entries";
