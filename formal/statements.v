(* The statements of record: what the kernel of Coq has checked, on one page. Each theorem below is stated in full,
   in words and for Coq, and follows from the theorem of LT that its proof names. lt-proofs show ID prints it.

   Throughout, R is any real closed field, such as that of the real numbers; 'I_n is the set {0, ..., n - 1}; #|A|
   is the number of elements of A; Q = 2 q and N = Q Q. A weight is one of the Q odd multiples of 1/Q in (-1, 1),
   and "the share p of all" means p times their number: every probability is a count. What the words [network],
   [ticket], [contractive], [net] mean is defined in networks.v and norms.v; [reaches] and [sides] in union_bound.v,
   [reaches_every_multiple] in every_weight.v, [contains_tickets] in theorem_1.v. *)
From Coq Require Import NArith.
From mathcomp Require Import all_ssreflect all_algebra.
From LT Require Import r4_uniform r6_gadget eight_points exact_sums norms networks composition a_posteriori.
From LT Require Import union_bound theorem_1 theorem_1_checked theorem_1_weighted theorem_1_every_grid sharper_weights.
From LT Require Import every_weight exact_tickets theorem_2_packing theorem_2.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Local Notation num := nat_of_bin.

(* subset-sum-grid: Random subset sums of the uniform law on a grid
   Draw n samples, each one of the N odd multiples of 1/N in (-1, 1), N even, and let eps = 2c/N with 1 <= c <= N.
   Of all samples at most the share (3/4)^n 8/eps^2 is bad; with every other one, each number in [-1, 1] is within
   eps of a subset sum. *)
Theorem subset_sum_grid (R : realFieldType) (N c n : nat) : (0 < N)%N -> ~~ odd N -> (0 < c <= N)%N ->
  exists B : {set n.-tuple 'I_N},
    #|B|%:R <= (3%:R / 4%:R) ^+ n * (8%:R / (c.*2%:R / N%:R) ^+ 2) * #|{: n.-tuple 'I_N}|%:R :> R
  /\ forall t : n.-tuple 'I_N, t \notin B -> forall w : R, - 1 <= w <= 1 ->
     exists2 m : bitseq, size m = n & `|w - \sum_(k <- mask m t) (oddw k)%:~R / N%:R| <= c.*2%:R / N%:R.
Proof. by move=> N0 evenN; exact: (random_subset_sum R N0 evenN n). Qed.

(* subset-sum-grid-weighted: Random subset sums of the uniform law, by weighted coverage
   As subset-sum-grid, for N a multiple of 4 and 2c <= N, with the share (23/32)^n 32/(3 eps^2). *)
Theorem subset_sum_grid_weighted (R : realFieldType) (q c n : nat) : (0 < q)%N -> ~~ odd q -> (0 < c <= q)%N ->
  let N := (q + q)%N in
  exists B : {set n.-tuple 'I_N},
    #|B|%:R <= (23%:R / 32%:R) ^+ n * (32%:R / 3%:R / (c.*2%:R / N%:R) ^+ 2) * #|{: n.-tuple 'I_N}|%:R :> R
  /\ forall t : n.-tuple 'I_N, t \notin B -> forall w : R, - 1 <= w <= 1 ->
     exists2 m : bitseq, size m = n & `|w - \sum_(k <- mask m t) (oddw k)%:~R / N%:R| <= c.*2%:R / N%:R.
Proof. by move=> q0 evenq; exact: (random_subset_sum_weighted R q0 evenq n). Qed.

(* gadget-grid: Random subset sums of the gadget on a grid
   Draw n pairs of weights (a, b) and let 1 <= c <= N. Of all samples at most the share (15/16)^n 2 (N/c)^2 is bad;
   with every other one, each number in [-1, 1] is within 2c/N + n/Q of a subset sum of the products b max(0, a). *)
Theorem gadget_grid (R : realFieldType) (q c n : nat) : let Q := (q + q)%N in let N := (Q * Q)%N in
  (0 < q)%N -> (0 < c <= N)%N ->
  exists B : {set n.-tuple ('I_Q * 'I_Q)},
    #|B|%:R <= (15%:R / 16%:R) ^+ n * (2 * (N%:R / c%:R) ^+ 2) * #|{: n.-tuple ('I_Q * 'I_Q)}|%:R :> R
  /\ forall t : n.-tuple ('I_Q * 'I_Q), t \notin B -> forall w : R, - 1 <= w <= 1 ->
     exists2 m : bitseq, size m = n & `|w - \sum_(x <- mask m t) gadget R x| <= c.*2%:R / N%:R + n%:R / Q%:R.
Proof. by move=> Q N q0; exact: (gadget_subset_sum R q0 n). Qed.

(* gadget-grid-weighted: Random subset sums of the gadget, by weighted coverage
   As gadget-grid, for q a multiple of 1024 and 8c <= N, with the share (17977/20000)^n (1013/100) (N/c)^2. *)
Theorem gadget_grid_weighted (R : rcfType) (q e c n : nat) : let Q := (q + q)%N in let N := (Q * Q)%N in
  (0 < e)%N -> q = (num 1024 * e)%N -> (0 < q)%N -> (0 < c)%N -> (num 8 * c <= N)%N ->
  reaches q n (c.*2%:R / N%:R + n%:R / Q%:R : R)
    (((num 17977)%:R / (num 20000)%:R) ^+ n * ((num 1013)%:R / (num 100)%:R * (N%:R / c%:R) ^+ 2)).
Proof. exact: sharper_law_holds. Qed.

(* exact-sums: Exact subset sums on a grid
   Draw n samples, each an odd number between -N and N, N even. Of all samples at most the share (3/4)^n (2N - 1)^2
   is bad; with every other one, each integer v with -N <= v < N is a subset sum. *)
Theorem exact_sums (R : realFieldType) (N n : nat) : (0 < N)%N -> ~~ odd N ->
  exists B : {set n.-tuple 'I_N},
    #|B|%:R <= (3%:R / 4%:R) ^+ n * ((N + N).-1 ^ 2)%:R * #|{: n.-tuple 'I_N}|%:R :> R
  /\ forall t : n.-tuple 'I_N, t \notin B -> forall v : int, - N%:Z <= v < N%:Z ->
     exists2 m : bitseq, size m = n & v = \sum_(k <- mask m t) oddw k.
Proof. by move=> N0 evenN; exact: (exact_subset_sum R N0 evenN n). Qed.

(* theorem-1-grid: Theorem 1 for weights on a grid
   Let l >= 1, 0 < eps <= 1, and for each layer i let d_i be its inputs, n_i hidden units for each of them, 1 <= c_i
   <= N, and (2 c_i/N + n_i/Q)^2 d_i d_(i+1) <= (eps/(2 l))^2. Let delta be at least the sum over the layers of s_i
   d_i d_(i+1) (15/16)^(n_i) 2 (N/c_i)^2, with s_1 = 2 for the signs of the network's inputs and s_i = 1 behind a
   ReLU. Then at most the share delta of all random networks with these hidden units is bad. In every other one, for
   every ReLU network of these widths without biases whose matrices have spectral norm at most 1, some masks leave a
   network whose outputs differ from it by less than eps in Euclidean norm, for all inputs of norm at most 1. *)
Theorem theorem_1_grid (R : rcfType) (q l : nat) (d n c : nat -> nat) (eps delta : R) :
  let Q := (q + q)%N in let N := (Q * Q)%N in
  (0 < q)%N -> (0 < l)%N -> 0 < eps <= 1 ->
  (forall i, (i < l)%N -> (0 < c i <= N)%N) ->
  (forall i, (i < l)%N ->
     ((c i).*2%:R / N%:R + (n i)%:R / Q%:R) ^+ 2 * (d i * d i.+1)%:R <= (eps / (2 * l%:R)) ^+ 2) ->
  \sum_(i < l) (sides i * (d i * d i.+1))%:R * ((15%:R / 16%:R) ^+ n i * (2 * (N%:R / (c i)%:R) ^+ 2)) <= delta ->
  exists Bad : {set network q l d n}, #|Bad|%:R <= delta * #|network q l d n|%:R /\
  forall w : network q l d n, w \notin Bad ->
  forall W : target R d l, (forall i, contractive (W i)) ->
  exists S : forall i : 'I_l, masks d n i,
  forall x : 'I_(d 0%N) -> R, norm x <= 1 ->
    norm (fun o => net (apply W) x (leqnn l) o - net (ticket w S) x (leqnn l) o) < eps.
Proof. exact: theorem_1. Qed.

(* theorem-1-grid-from: Theorem 1 from any law of random subset sums
   If n_i gadgets reach every number of [-1, 1] within tau_i but for the share p_i of all samples, tau_i^2 d_i
   d_(i+1) <= eta_i^2, the product of all 1 + eta_i is less than 1 + eps, and the sum of s_i d_i d_(i+1) p_i is at
   most delta, then the conclusion of theorem-1-grid holds. *)
Theorem theorem_1_grid_from (R : rcfType) (q l : nat) (d n : nat -> nat) (tau p eta : nat -> R) (eps delta : R) :
  (0 < q)%N ->
  (forall i, (i < l)%N -> reaches q (n i) (tau i) (p i)) ->
  (forall i, 0 <= eta i) ->
  (forall i, (i < l)%N -> tau i ^+ 2 * (d i * d i.+1)%:R <= eta i ^+ 2) ->
  \prod_(i < l) (1 + eta i) < 1 + eps ->
  \sum_(i < l) (sides i * (d i * d i.+1))%:R * p i <= delta ->
  contains_tickets q l d n eps delta.
Proof. by move=> q0; exact: (theorem_1_from q0). Qed.

(* theorem-1-grid-closed-form: Theorem 1 for every fine enough grid, in closed form
   Let 0 < eta <= 1 with (1 + eta)^l < 1 + eps, as eta = ln(1 + eps)/l has, and let delta be at least the sum over
   the layers of s_i d_i d_(i+1) (15/16)^(n_i) (512/49) d_i d_(i+1)/eta^2. Then the conclusion of theorem-1-grid
   holds for every even Q with Q eta >= 8 (n_i + 1) sqrt(d_i d_(i+1)) for all layers i. *)
Theorem theorem_1_grid_closed_form (R : rcfType) (l : nat) (d n : nat -> nat) (eta eps delta : R) :
  0 < eta <= 1 -> (1 + eta) ^+ l < 1 + eps -> (forall i, (i < l)%N -> (0 < d i * d i.+1)%N) ->
  \sum_(i < l) (sides i * (d i * d i.+1))%:R *
    ((15%:R / 16%:R) ^+ n i * (512%:R / 49%:R * ((d i * d i.+1)%:R / eta ^+ 2))) <= delta ->
  forall q, (0 < q)%N ->
  (forall i, (i < l)%N -> 64%:R * (n i).+1%:R ^+ 2 * (d i * d i.+1)%:R <= ((q + q)%:R * eta) ^+ 2) ->
  contains_tickets q l d n eps delta.
Proof.
move=> eta01 budget D0 fail q q0; have /andP[_ eta1] := eta01.
apply: (theorem_1_closed_form (gadget_law_holds R) eta01 budget D0 _ _ q0 (esym (mul1n q)) q0) => [i il|].
  rewrite expr1n mul1r; apply: le_trans (_ : 1 <= _); first by rewrite expr_le1 //; case/andP: eta01 => /ltW.
  by rewrite -natrM ler1n muln_gt0 D0.
apply: le_trans fail; rewrite le_eqVlt; apply/orP; left; apply/eqP; apply: eq_bigr => i _.
have -> : (num (factor1 gadget_law))%:R / (num (factor2 gadget_law))%:R = 2 :> R by rewrite divr1.
by rewrite [2 * _]mulrA (_ : 2 * (256%:R / 49%:R) = 512%:R / 49%:R) // mulrA -natrM.
Qed.

(* theorem-1-grid-weighted: Theorem 1 by weighted coverage, for given numbers
   If the whole-number check accepts the grid q, eps = e1/e2, delta = p1/p2, the widths ds, the hidden units per
   input ns and what a program found beside them, for one of the three laws of sharper_weights.v, of which one is
   that of gadget-grid-weighted, then the conclusion of theorem-1-grid holds for these widths, units, eps and delta.
   lt-proofs bound --kernel finds such numbers. *)
Theorem theorem_1_grid_weighted (R : rcfType) (L : law) (q e1 e2 p1 p2 : N) (ds ns cs : seq N) (t : N) (errors : seq N)
  (s : N) (failures : seq N) : List.In L proved_laws -> check L q e1 e2 p1 p2 ds ns cs t errors s failures ->
  contains_tickets (num q) (size ns) (widths ds) (units ns)
    ((num e1)%:R / (num e2)%:R : R) ((num p1)%:R / (num p2)%:R : R).
Proof. by move=> law; exact: (theorem_1_checked (proved_law_holds R L law)). Qed.

(* ticket-grid: The width of a ticket, for given numbers
   If the whole-number check accepts the numbers for one of the three laws of sharper_weights.v, then at most the
   share p1/p2 of all random networks is bad. In every other one, for each weight of each layer i and each sign of
   its input (behind a ReLU there is one), every number in [-f, f] is within the tolerance of the layer of f times a
   subset sum of the products of the n_i paths between input and output, f being the factor of the layer. *)
Theorem ticket_grid (R : rcfType) (L : law) (q p1 p2 : N) (ds ns cs factors : seq N) (t : N) (tolerances : seq N) (s :
  N)
  (failures : seq N) :
  List.In L proved_laws -> check_weights L q p1 p2 ds ns cs factors t tolerances s failures ->
  reaches_every_multiple (num q) (size ns) (widths ds) (units ns) (factor factors R) (tolerance t tolerances R)
    ((num p1)%:R / (num p2)%:R : R).
Proof. by move=> law; exact: (every_weight_checked (proved_law_holds R L law)). Qed.

(* exact-tickets: Exact tickets of targets with few digits
   Let the first weights of the random network be the signs of the drawn ones, and let delta be at least the sum over
   the layers of s_i d_i d_(i+1) (7/8)^(n_i) (2Q - 1)^2. Then at most the share delta of all random networks is bad. In
   every other one, for every ReLU network of these widths whose weights are multiples of 1/Q in (-1, 1), some masks
   leave a network with the same outputs for all inputs. *)
Theorem exact_tickets (R : rcfType) (q l : nat) (d n : nat -> nat) (delta : R) : let Q := (q + q)%N in
  (0 < q)%N ->
  \sum_(i < l) (sides i * (d i * d i.+1))%:R * ((7%:R / 8%:R) ^+ n i * ((Q + Q).-1 ^ 2)%:R) <= delta ->
  exists Bad : {set network q l d n}, #|Bad|%:R <= delta * #|network q l d n|%:R /\
  forall w : network q l d n, w \notin Bad ->
  forall V : forall i : 'I_l, 'I_(d i.+1) -> 'I_(d i) -> int, (forall i o j, (`|V i o j| < Q)%N) ->
  exists S : forall i : 'I_l, masks d n i,
  forall x : 'I_(d 0%N) -> R, net (signs_ticket w S) x (leqnn l) =1 net (apply (quantised R q V)) x (leqnn l).
Proof. by move=> Q q0; exact: exact_tickets.exact_tickets. Qed.

(* a-posteriori-grid: The error of one drawn network
   Let a random network be drawn, and let masks keep, in each first matrix, the weights between an input and its own
   hidden units. If every weight of the target differs by at most B from what is kept of it, for both signs of the
   network's inputs and the one sign behind a ReLU, if the Frobenius norm of B is at most e_i and layer i of the
   target stretches no vector by more than L_i, then on the unit ball the outputs differ by at most the sum over k
   of L_l ... L_(k+1) e_k (L_(k-1) + e_(k-1)) ... (L_1 + e_1). *)
Theorem a_posteriori_grid (R : rcfType) (q l : nat) (d n : nat -> nat) (w : network q l d n)
  (S2 : forall i : 'I_l, 'I_(d i.+1) -> 'I_(d i) * 'I_(n i) -> bool) (W : target R d l)
  (L : nat -> R) (B : forall i : 'I_l, 'I_(d i.+1) -> 'I_(d i) -> R) (e : nat -> R) :
  (forall (i : 'I_l) x, norm (mulmv (W i) x) <= L i * norm x) -> (forall i, 0 <= L i) -> (forall i, 0 <= e i) ->
  (forall (i : 'I_l) o j, `|W i o j - plus R w S2 o j| <= B i o j) ->
  (forall (i : 'I_l) o j, i = 0%N :> nat -> `|W i o j - minus R w S2 o j| <= B i o j) ->
  (forall i : 'I_l, frob (B i) <= e i) ->
  forall x : 'I_(d 0%N) -> R, norm x <= 1 ->
  norm (fun o => net (apply W) x (leqnn l) o - net (ticket w (blocks S2)) x (leqnn l) o)
    <= err L e (fun i => L i + e i) l.
Proof. by move=> *; apply: ticket_error. Qed.

(* theorem-2-finite: Theorem 2 for a finite random network
   Let a random network with p weights have finitely many outcomes, with any probabilities and any architecture, and
   let R be Archimedean. If, for every d x d matrix of spectral norm at most 1, with probability at least s some
   choice of masks makes the network differ from the matrix by at most eps on the unit ball, then s <= 2^p (2
   eps)^(d^2). *)
Theorem theorem_2_finite (R : rcfType) : Num.archimedean_axiom R -> forall (d p : nat) (eps s : R)
  (Omega : finType) (pr : Omega -> R) (G : Omega -> p.-tuple bool -> ('I_d -> R) -> 'I_d -> R),
  (0 < d)%N -> 0 < eps -> (forall w, 0 <= pr w) -> \sum_w pr w = 1 ->
  (forall W : 'I_d -> 'I_d -> R, contractive W -> exists A : {set Omega}, s <= \sum_(w in A) pr w /\
     forall w, w \in A -> exists m, approximates eps W (G w m)) ->
  s <= 2 ^+ p * (2 * eps) ^+ (d * d).
Proof. exact: theorem_2. Qed.
