/** What is known of an instance type by its name, for previews, which ask AWS for nothing. */
export interface Family {
    /** "t3" */
    readonly name: string;
    readonly hypervisor: "nitro" | "xen";
    readonly architecture: "amd64" | "arm64";
    /** What its network interface is where the image allows it. */
    readonly network: "ena" | "ixgbevf" | "netfront";
}

/** https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-nitro-instances.html, and its page of Xen-based types. */
const xen: Readonly<Record<string, Family["network"]>> = {
    ...{ c1: "netfront", cc2: "netfront", cr1: "netfront", g2: "netfront", hs1: "netfront", m1: "netfront" },
    ...{ m2: "netfront", m3: "netfront", t1: "netfront", t2: "netfront" },
    ...{ c3: "ixgbevf", c4: "ixgbevf", d2: "ixgbevf", i2: "ixgbevf", m4: "ixgbevf", r3: "ixgbevf" },
    ...{ f1: "ena", g3: "ena", g3s: "ena", h1: "ena", i3: "ena", p2: "ena", p3: "ena", r4: "ena", x1: "ena" },
    x1e: "ena",
};

/** https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html: `g` behind the generation is Graviton. */
const graviton = /^(a1|[a-z]+\d+[a-z]*g[a-z]*|mac2.*)$/;
/** AMD's and NVIDIA's of these letters. */
const notGraviton = /^g\d+[a-z]*$/;
const gravitonWithGpu = /^g\d+g$/;

/** Undefined of what is not of AWS's form. */
export function familyOf(type: string): Family | undefined {
    const [, name = "", size = ""] = /^([a-z]+\d*[a-z0-9-]*)\.([a-z0-9-]+)$/.exec(type) ?? [];
    if (name === "") {
        return undefined;
    }
    const isArm = gravitonWithGpu.test(name) || (graviton.test(name) && !notGraviton.test(name));
    const network = size.includes("metal") ? undefined : xen[name];
    return {
        name,
        hypervisor: network === undefined ? "nitro" : "xen",
        architecture: isArm ? "arm64" : "amd64",
        network: type === "m4.16xlarge" ? "ena" : (network ?? "ena"),
    };
}

export const isNitro = (type: string): boolean => familyOf(type)?.hypervisor !== "xen";
