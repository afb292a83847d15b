import { Yaml } from 'cdk8s';
import { expect } from 'chai';
import { renderPeerGroup } from '../../../constructs/peer-group.ts';
import { CONTEXT, peerGroup } from '../../support/peer-groups.ts';

describe('the children of five peers', () => {
  it('are these bytes: what changes below the pod template rolls out every group when the operator is upgraded', () => {
    expect(Yaml.stringify(...renderPeerGroup(peerGroup({ replicas: 5, interval: '5s' }), CONTEXT))).to.equal(CHILDREN);
  });
});

const CHILDREN = `apiVersion: v1
kind: ServiceAccount
metadata:
  labels:
    app.kubernetes.io/component: peer
    app.kubernetes.io/instance: web
    app.kubernetes.io/managed-by: rollcall
    app.kubernetes.io/name: rollcall
    app.kubernetes.io/part-of: rollcall
  name: web
  namespace: demo
automountServiceAccountToken: false
---
apiVersion: v1
kind: ConfigMap
metadata:
  labels:
    app.kubernetes.io/component: peer
    app.kubernetes.io/instance: web
    app.kubernetes.io/managed-by: rollcall
    app.kubernetes.io/name: rollcall
    app.kubernetes.io/part-of: rollcall
  name: web-config-f842ed28
  namespace: demo
data:
  config.yaml: |
    service: {"port":8080}
    admin: {"port":9090}
    ping: {"interval":"5s","topology":{"type":"FullMesh"}}
    log: {"replies":"All","format":"text"}
    peers:
      - {"host":"web-[0-4].web.demo.svc.cluster.local.","port":8080}
---
apiVersion: v1
kind: Service
metadata:
  labels:
    app.kubernetes.io/component: peer
    app.kubernetes.io/instance: web
    app.kubernetes.io/managed-by: rollcall
    app.kubernetes.io/name: rollcall
    app.kubernetes.io/part-of: rollcall
  name: web
  namespace: demo
spec:
  clusterIP: None
  ports:
    - name: ping
      port: 8080
      targetPort: ping
    - name: admin
      port: 9090
      targetPort: admin
  publishNotReadyAddresses: true
  selector:
    app.kubernetes.io/component: peer
    app.kubernetes.io/instance: web
    app.kubernetes.io/name: rollcall
---
apiVersion: v1
kind: Service
metadata:
  labels:
    app.kubernetes.io/component: peer
    app.kubernetes.io/instance: web
    app.kubernetes.io/managed-by: rollcall
    app.kubernetes.io/name: rollcall
    app.kubernetes.io/part-of: rollcall
  name: web-svc
  namespace: demo
spec:
  ports:
    - name: ping
      port: 8080
      targetPort: ping
  selector:
    app.kubernetes.io/component: peer
    app.kubernetes.io/instance: web
    app.kubernetes.io/name: rollcall
  type: ClusterIP
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  labels:
    app.kubernetes.io/component: peer
    app.kubernetes.io/instance: web
    app.kubernetes.io/managed-by: rollcall
    app.kubernetes.io/name: rollcall
    app.kubernetes.io/part-of: rollcall
  name: web
  namespace: demo
spec:
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app.kubernetes.io/component: peer
              app.kubernetes.io/instance: web
              app.kubernetes.io/name: rollcall
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: rollcall-system
          podSelector:
            matchLabels:
              app.kubernetes.io/component: operator
              app.kubernetes.io/instance: rollcall
              app.kubernetes.io/name: rollcall
      ports:
        - port: 8080
          protocol: TCP
    - from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: rollcall-system
          podSelector:
            matchLabels:
              app.kubernetes.io/component: operator
              app.kubernetes.io/instance: rollcall
              app.kubernetes.io/name: rollcall
      ports:
        - port: 9090
          protocol: TCP
  podSelector:
    matchLabels:
      app.kubernetes.io/component: peer
      app.kubernetes.io/instance: web
      app.kubernetes.io/name: rollcall
  policyTypes:
    - Ingress
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  annotations:
    rollcall.dev/default-image: rollcall:test
  labels:
    app.kubernetes.io/component: peer
    app.kubernetes.io/instance: web
    app.kubernetes.io/managed-by: rollcall
    app.kubernetes.io/name: rollcall
    app.kubernetes.io/part-of: rollcall
  name: web
  namespace: demo
spec:
  podManagementPolicy: Parallel
  replicas: 5
  selector:
    matchLabels:
      app.kubernetes.io/component: peer
      app.kubernetes.io/instance: web
      app.kubernetes.io/name: rollcall
  serviceName: web
  template:
    metadata:
      labels:
        app.kubernetes.io/component: peer
        app.kubernetes.io/instance: web
        app.kubernetes.io/managed-by: rollcall
        app.kubernetes.io/name: rollcall
        app.kubernetes.io/part-of: rollcall
    spec:
      affinity:
        podAntiAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
            - podAffinityTerm:
                labelSelector:
                  matchLabels:
                    app.kubernetes.io/component: peer
                    app.kubernetes.io/instance: web
                    app.kubernetes.io/name: rollcall
                topologyKey: topology.kubernetes.io/zone
              weight: 100
      automountServiceAccountToken: false
      containers:
        - args:
            - server
            - --config
            - /etc/rollcall/config.yaml
          env:
            - name: POD_NAME
              valueFrom:
                fieldRef:
                  fieldPath: metadata.name
          image: rollcall:test
          imagePullPolicy: IfNotPresent
          livenessProbe:
            failureThreshold: 3
            httpGet:
              path: /livez
              port: admin
            periodSeconds: 10
            timeoutSeconds: 3
          name: peer
          ports:
            - containerPort: 8080
              name: ping
            - containerPort: 9090
              name: admin
          readinessProbe:
            failureThreshold: 2
            httpGet:
              path: /readyz
              port: admin
            periodSeconds: 5
            timeoutSeconds: 3
          resources:
            limits:
              cpu: 100m
              ephemeral-storage: 512Mi
              memory: 128Mi
            requests:
              cpu: 100m
              ephemeral-storage: 64Mi
              memory: 128Mi
          securityContext:
            allowPrivilegeEscalation: false
            capabilities:
              drop:
                - ALL
            readOnlyRootFilesystem: true
          startupProbe:
            failureThreshold: 60
            httpGet:
              path: /readyz
              port: admin
            periodSeconds: 1
            timeoutSeconds: 3
          volumeMounts:
            - mountPath: /etc/rollcall
              name: config
              readOnly: true
      enableServiceLinks: false
      securityContext:
        runAsGroup: 65532
        runAsNonRoot: true
        runAsUser: 65532
        seccompProfile:
          type: RuntimeDefault
      serviceAccountName: web
      terminationGracePeriodSeconds: 30
      topologySpreadConstraints:
        - labelSelector:
            matchLabels:
              app.kubernetes.io/component: peer
              app.kubernetes.io/instance: web
              app.kubernetes.io/name: rollcall
          maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
      volumes:
        - configMap:
            name: web-config-f842ed28
          name: config
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  labels:
    app.kubernetes.io/component: peer
    app.kubernetes.io/instance: web
    app.kubernetes.io/managed-by: rollcall
    app.kubernetes.io/name: rollcall
    app.kubernetes.io/part-of: rollcall
  name: web
  namespace: demo
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      app.kubernetes.io/component: peer
      app.kubernetes.io/instance: web
      app.kubernetes.io/name: rollcall
  unhealthyPodEvictionPolicy: AlwaysAllow
`;
