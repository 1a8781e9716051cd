/**
 * The custom resources of {@code wstuning.dev/v1alpha1}, as users write and read them. Nothing here
 * decides anything: bounds that depend on a sysctl key are rendered into the CRD from {@code
 * sysctl.Sysctl}.
 */
package dev.wstuning.operator.api.v1alpha1;
