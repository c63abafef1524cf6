import { kernelImage, type MadeImage, type Material, takeFrom, takeMany, toolImage } from "./images.ts";

const MB = 1e6;

/** What stands for the images of a LinuxKit system: their sizes, and as many files. */
interface Components {
    readonly images: readonly MadeImage[];
    /** Names of images that stand for redis, one for each time that it changes. */
    readonly redis: readonly string[];
}

/** Some 130 MB in nine images, and other redis images of the same size. */
export function madeComponents(material: Material, kernel: Material, changes: number): Components {
    const take = takeFrom(material);
    const redis = Array.from({ length: changes + 1 }, (_, index) =>
        toolImage(`redis-${index}`, [
            take("usr/bin/redis-server", 9 * MB),
            ...takeMany(take, "usr/lib/library-#.so", 6, 0.5 * MB),
        ]),
    );
    const others = [
        kernelImage(take, kernel, 1200),
        toolImage("init", takeMany(take, "usr/bin/tool-#", 300, 20_000)),
        toolImage("runc", [take("usr/bin/runc", 10 * MB)]),
        toolImage("containerd", [
            take("usr/bin/containerd", 38 * MB),
            take("usr/bin/containerd-shim-runc-v2", 9 * MB),
            take("usr/bin/ctr", 5 * MB),
        ]),
        toolImage("sysctl", [take("usr/bin/sysctl", 2 * MB)]),
        toolImage("dhcpcd", [take("sbin/dhcpcd", 3 * MB)]),
        toolImage("getty", takeMany(take, "usr/bin/tool-#", 80, 0.1 * MB)),
        toolImage("sshd", [take("usr/sbin/sshd", 6 * MB), ...takeMany(take, "usr/lib/library-#.so", 6, 0.5 * MB)]),
    ];
    return { images: [...others, ...redis], redis: redis.map(({ name }) => name) };
}

/** The system in LinuxKit's YAML, with one of the redis images. */
export function systemYaml(refer: (name: string) => string, redis: string): string {
    const image = (name: string): string => refer(`docker.io/bench/${name}`);
    return [
        `kernel: {image: "${image("kernel")}", cmdline: console=ttyS0}`,
        `init: ["${image("init")}", "${image("runc")}", "${image("containerd")}"]`,
        "onboot:",
        `  - {name: sysctl, image: "${image("sysctl")}"}`,
        `  - {name: dhcpcd, image: "${image("dhcpcd")}"}`,
        "services:",
        `  - {name: getty, image: "${image("getty")}"}`,
        `  - {name: sshd, image: "${image("sshd")}"}`,
        `  - {name: redis, image: "${refer(redis)}"}`,
        "",
    ].join("\n");
}
