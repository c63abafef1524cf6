export { compress, type Codec, type CompressOptions } from "./compress";
export { gunzip, zstdDecompress } from "./decompress";
export { xzDecompress } from "./xz";
