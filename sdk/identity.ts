import * as pulumi from "@pulumi/pulumi";

/** Who a resource is: what its handler marks as its own. Differences of it are no change. */
export interface Identity {
    readonly organization: string;
    readonly project: string;
    readonly stack: string;
    readonly urn: string;
}

/** `type` is the token without `pulumi-nodejs:`. */
export function identityOf(
    type: string,
    name: string,
    opts: pulumi.CustomResourceOptions | undefined,
): pulumi.Output<Identity> {
    const urn = pulumi.createUrn(name, `pulumi-nodejs:${type}`, opts?.parent);
    return pulumi.output({
        organization: pulumi.getOrganization(),
        project: pulumi.getProject(),
        stack: pulumi.getStack(),
        urn,
    });
}
