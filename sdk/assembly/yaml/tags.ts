/** A scalar that the program gives. */
export const parameterTag = "!param";

/** Sources that LinuxKit has no word for, each the `type` (for Debian, with the place's `role`) of one in a program. */
export const sourceTags = {
    debian: "!debian",
    folder: "!folder",
    dhcp: "!dhcp",
    privateNames: "!private-names",
    privateNetwork: "!private-network",
    staticAddress: "!static-address",
    oci: "!oci",
} as const;

export const tagNames: readonly string[] = [parameterTag, ...Object.values(sourceTags)];
