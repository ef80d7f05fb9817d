package deploy

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	network "k8s.io/api/networking/v1"
	policy "k8s.io/api/policy/v1"
	"sigs.k8s.io/yaml"
)

// kinds are what the chart may make.
var kinds = map[string]func() any{
	"Deployment": func() any { return &apps.Deployment{} }, "StatefulSet": func() any { return &apps.StatefulSet{} },
	"Service": func() any { return &core.Service{} }, "ConfigMap": func() any { return &core.ConfigMap{} },
	"Ingress": func() any { return &network.Ingress{} }, "NetworkPolicy": func() any { return &network.NetworkPolicy{} },
	"PodDisruptionBudget": func() any { return &policy.PodDisruptionBudget{} },
}

// rendered returns what the chart makes of values, each decoded with no member unknown.
func rendered(t *testing.T, values map[string]any) map[string]any {
	t.Helper()
	chart, err := loader.Load("../../deploy/helm/tenantry")
	must(t, err)
	given, err := chartutil.ToRenderValues(chart, values, chartutil.ReleaseOptions{Name: "shop", Namespace: "payments", IsInstall: true}, nil)
	must(t, err)
	files, err := engine.Engine{Strict: true}.Render(chart, given)
	must(t, err)
	made := map[string]any{}
	for name, text := range files {
		if filepath.Ext(name) != ".yaml" || strings.TrimSpace(text) == "" {
			continue
		}
		var head struct{ Kind string }
		must(t, yaml.Unmarshal([]byte(text), &head))
		fresh := kinds[head.Kind]
		if fresh == nil {
			t.Fatalf("%s makes a %q", name, head.Kind)
		}
		object := fresh()
		if err := yaml.UnmarshalStrict([]byte(text), object); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, text)
		}
		made[head.Kind] = object
	}
	return made
}

// TestTheChart holds what an installation of the chart is: one pod with a volume on SQLite, and
// several that may not all be taken away on MongoDB; a ring and a URI from secrets and nowhere
// else; a process without rights, whose readiness is asked; and settings that the service takes.
func TestTheChart(t *testing.T) {
	pod := func(t *testing.T, made map[string]any) core.PodSpec {
		t.Helper()
		if set, ok := made["StatefulSet"].(*apps.StatefulSet); ok {
			return set.Spec.Template.Spec
		}
		return made["Deployment"].(*apps.Deployment).Spec.Template.Spec
	}
	onMongo := map[string]any{"mongodb": map[string]any{"existingSecret": "mongodb"}}
	t.Run("on SQLite", func(t *testing.T) {
		made := rendered(t, nil)
		set := made["StatefulSet"].(*apps.StatefulSet)
		if *set.Spec.Replicas != 1 || len(set.Spec.VolumeClaimTemplates) != 1 || made["Deployment"] != nil || made["PodDisruptionBudget"] != nil {
			t.Errorf("it makes %v", made)
		}
	})
	t.Run("on MongoDB", func(t *testing.T) {
		made := rendered(t, onMongo)
		deployment, budget := made["Deployment"].(*apps.Deployment), made["PodDisruptionBudget"].(*policy.PodDisruptionBudget)
		if *deployment.Spec.Replicas != 3 || budget.Spec.MaxUnavailable.IntValue() != 1 || made["StatefulSet"] != nil {
			t.Errorf("it makes %v", made)
		}
	})
	for name, values := range map[string]map[string]any{"SQLite": nil, "MongoDB": onMongo} {
		t.Run("pod on "+name, func(t *testing.T) {
			made := rendered(t, values)
			spec := pod(t, made)
			container := spec.Containers[0]
			if !*spec.SecurityContext.RunAsNonRoot || !*container.SecurityContext.ReadOnlyRootFilesystem || *container.SecurityContext.AllowPrivilegeEscalation ||
				len(container.SecurityContext.Capabilities.Drop) == 0 || *spec.AutomountServiceAccountToken {
				t.Error("the process has rights that it does not need")
			}
			if container.ReadinessProbe.HTTPGet.Path != "/readyz" || container.LivenessProbe.HTTPGet.Path != "/healthz" {
				t.Error("the probes ask something else")
			}
			for _, variable := range container.Env {
				secret := strings.HasSuffix(variable.Name, "KEYRING") || strings.HasSuffix(variable.Name, "URI")
				if secret != (variable.ValueFrom != nil && variable.ValueFrom.SecretKeyRef != nil) {
					t.Errorf("%s is %+v", variable.Name, variable)
				}
			}
			selected := made["Service"].(*core.Service).Spec.Selector
			labels := made["NetworkPolicy"].(*network.NetworkPolicy).Spec.PodSelector.MatchLabels
			if len(selected) == 0 || len(labels) != len(selected) {
				t.Errorf("the service is of %v, the policy of %v", selected, labels)
			}
		})
	}
	t.Run("ingress", func(t *testing.T) {
		made := rendered(t, map[string]any{"ingress": map[string]any{"enabled": true, "tlsSecret": "tls", "host": "pay.example.com"}})
		if rule := made["Ingress"].(*network.Ingress).Spec.Rules[0]; rule.Host != "pay.example.com" || rule.HTTP.Paths[0].Backend.Service.Name != made["Service"].(*core.Service).Name {
			t.Errorf("the rule is %+v", rule)
		}
	})
	t.Run("figures are for nobody unless somebody is named", func(t *testing.T) {
		open := func(values map[string]any) (ports []string) {
			for _, rule := range rendered(t, values)["NetworkPolicy"].(*network.NetworkPolicy).Spec.Ingress {
				ports = append(ports, rule.Ports[0].Port.String())
			}
			return ports
		}
		reader := map[string]any{"networkPolicy": map[string]any{"metricsFrom": []any{map[string]any{"podSelector": map[string]any{}}}}}
		if got, more := open(nil), open(reader); !slices.Equal(got, []string{"http"}) || !slices.Equal(more, []string{"http", "metrics"}) {
			t.Errorf("open are %v, and %v", got, more)
		}
	})
	t.Run("settings", func(t *testing.T) {
		settings := rendered(t, nil)["ConfigMap"].(*core.ConfigMap).Data["config.yaml"]
		path := filepath.Join(t.TempDir(), "config.yaml")
		must(t, os.WriteFile(path, []byte(settings), 0o600))
		binary := filepath.Join(t.TempDir(), "tenantry")
		command(t, "../..", "go", "build", "-trimpath", "-o", binary, "./cmd/tenantry")
		ring := filepath.Join(t.TempDir(), "ring.json")
		command(t, t.TempDir(), binary, "init", "--data", filepath.Join(t.TempDir(), "sandbox"))
		made, err := filepath.Glob(filepath.Join(t.TempDir(), "..", "*", "sandbox", "keyring.json"))
		must(t, err)
		text, err := os.ReadFile(made[0])
		must(t, err)
		must(t, os.WriteFile(ring, bytes.TrimSpace(text), 0o600))
		t.Setenv("TENANTRY_SEAL_KEYRING_FILE", ring)
		t.Setenv("TENANTRY_LISTEN", ":8080")
		if shown := command(t, t.TempDir(), binary, "config", "check", "--config", path); !strings.Contains(shown, "mode: live") {
			t.Errorf("the settings in force:\n%s", shown)
		}
	})
}
