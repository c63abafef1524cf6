export { type FilesContext, filesEntries } from "./entries";
export { resolveFiles } from "./resolve";
