export { type Chunks, copies } from "./bytes";
export { compress, type Codec, type CompressOptions } from "./compress";
export { type Cursor, openCursor } from "./cursor";
export { gunzip, zstdDecompress } from "./decompress";
export { gzipMember } from "./gzip-member";
export { xzDecompress } from "./xz";
export { zstdFrame, ZSTD_MAGIC } from "./zstd-frames";
