/** Version of the Pulumi CLI that is downloaded or built, and of @pulumi/pulumi in devDependencies. */
export const PULUMI_VERSION = "3.259.0";
