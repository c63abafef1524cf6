/** The output formats of `linuxkit build --format`, and this project's own, that an image can be written in. */
export const imageFormats = ["tar", "docker", "kernel+initrd", "tar-kernel-initrd"] as const;

/** An output format: `kernel+initrd`, `tar`... */
export type ImageFormat = (typeof imageFormats)[number];
