/** Files of boot loaders. They come from Debian's packages when a disk is made: this package ships none. */
export interface LoaderFiles {
    /** @param name a package and a path in it: `syslinux-common/usr/lib/syslinux/mbr/mbr.bin` */
    read(name: string): Promise<Buffer>;
}
