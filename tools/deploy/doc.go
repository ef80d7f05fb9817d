// Package deploy holds the tests of what stands in the folder deploy: the chart is rendered
// and decoded strictly, and the alerts fire when they should and not before. A module of its
// own, since it needs Helm, Kubernetes and Prometheus as libraries.
package deploy
