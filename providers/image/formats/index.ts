export { resolveLoaders } from "./loaders";
export { formatOf, formatProblem, kernelProblem, requireWritable } from "./table";
export { digestOfRequest, type FormatRequest, withDisk, writeFormat } from "./write";
