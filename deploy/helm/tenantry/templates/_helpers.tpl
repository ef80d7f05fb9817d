{{- define "tenantry.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 63 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "tenantry.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "tenantry.labels" -}}
{{ include "tenantry.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- /* What both containers of the pod have. What the chart decides stands in the environment, which overrules the file. */ -}}
{{- define "tenantry.container" -}}
env:
  # A directory within the volume, which belongs to the group of the pod.
  - name: TENANTRY_DATA
    value: /data/tenantry
  - name: TENANTRY_LISTEN
    value: ":8080"
  - name: TENANTRY_METRICS_LISTEN
    value: ":9464"
  {{- if .Values.keyring.existingSecret }}
  # In the environment: files of secrets can be read by the group of the pod, which is
  # refused of a key ring.
  - name: TENANTRY_SEAL_KEYRING
    valueFrom:
      secretKeyRef:
        name: {{ .Values.keyring.existingSecret }}
        key: {{ .Values.keyring.key }}
  {{- end }}
  {{- if .Values.mongodb.existingSecret }}
  - name: TENANTRY_STORE_MONGO_URI
    valueFrom:
      secretKeyRef:
        name: {{ .Values.mongodb.existingSecret }}
        key: {{ .Values.mongodb.key }}
  {{- end }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
resources:
  {{- toYaml .Values.resources | nindent 2 }}
volumeMounts:
  - name: config
    mountPath: /etc/tenantry
    readOnly: true
  - name: data
    mountPath: /data
  - name: tmp
    mountPath: /tmp
{{- end }}

{{- define "tenantry.pod" -}}
metadata:
  labels:
    {{- include "tenantry.labels" . | nindent 4 }}
  annotations:
    checksum/config: {{ toYaml .Values.config | sha256sum }}
spec:
  automountServiceAccountToken: false
  enableServiceLinks: false
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 65532
    runAsGroup: 65532
    fsGroup: 65532
    seccompProfile:
      type: RuntimeDefault
  # Readiness fails first; the service serves on for shutdown.delay and ends what it began.
  terminationGracePeriodSeconds: 60
  # The first start makes the operator. Its keys are dropped with the pod; the notes of the
  # chart say how to get others.
  initContainers:
    - name: init
      image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      args: ["init", "--if-new", "--keys", "/tmp/operator.json", "--config", "/etc/tenantry/config.yaml"]
      {{- include "tenantry.container" . | nindent 6 }}
  containers:
    - name: tenantry
      image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      args: ["serve", "--config", "/etc/tenantry/config.yaml"]
      {{- include "tenantry.container" . | nindent 6 }}
      ports:
        - name: http
          containerPort: 8080
        - name: metrics
          containerPort: 9464
      # A new installation or a migration takes its time before the first answer.
      startupProbe:
        httpGet: {path: /healthz, port: http}
        periodSeconds: 2
        failureThreshold: 150
      livenessProbe:
        httpGet: {path: /healthz, port: http}
        periodSeconds: 10
        timeoutSeconds: 5
      readinessProbe:
        httpGet: {path: /readyz, port: http}
        periodSeconds: 5
        timeoutSeconds: 5
  volumes:
    - name: config
      configMap:
        name: {{ include "tenantry.name" . }}
    - name: tmp
      emptyDir: {}
    {{- if .Values.mongodb.existingSecret }}
    - name: data
      emptyDir: {}
    {{- end }}
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
