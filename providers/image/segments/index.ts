export { codecOf, compressionOf } from "./compression";
export type { IndexedEntry, OpenedTree, SegmentRecipe, SegmentRecord } from "./recipe";
export { EMITTER, ensureSegment, type Segment, segmentBytes, segmentEntries, segmentFile } from "./segment";
