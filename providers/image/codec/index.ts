export { compress, type Codec, type CompressOptions } from "./compress";
export { gunzip, zstdDecompress } from "./decompress";
export { xzDecompress } from "./xz";
export { type Chunks, rechunk } from "./bytes";
export { type Cursor, openCursor } from "./cursor";
