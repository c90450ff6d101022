(* Sixteen cells with other weights, found by hill climbing: the growth is 2023/20000 instead of 49/500. Any certificate
   that passes the check gives a law of subset sums; how its numbers were found plays no part. *)
From Coq Require Import NArith.
From mathcomp Require Import all_ssreflect all_algebra.
From LT Require Import cell_weights theorem_1_checked theorem_1_weighted sixteen_cells.

Definition sharper_cells : certificate :=
  Certificate [:: 203; 207; 203; 284; 2541; 4927; 7277; 10000; 10000; 7277; 4927; 2541; 284; 203; 207;
    203]%N 203 10000 16 8
    1000000 1000 63118 2023 20000 1013 100.

Lemma sharper_cells_checked : certificate_check sharper_cells = true.
Proof. vm_cast_no_check (erefl true). Qed.

Definition sharper_law : law := Law 17977 20000 1013 100 1024 8.

Lemma sharper_law_holds (R : rcfType) : holds R sharper_law.
Proof. have -> : sharper_law = law_of sharper_cells by vm_compute. exact: law_of_holds sharper_cells_checked. Qed.

(* the laws of subset sums that instances use: the one with the fewest hidden units for the numbers at hand *)
Definition proved_laws : seq law := [:: gadget_law; weighted_law; sharper_law].

Lemma proved_law_holds (R : rcfType) (L : law) : List.In L proved_laws -> holds R L.
Proof. by case=> [<-|[<-|[<-|[]]]]; [exact: gadget_law_holds | exact: weighted_law_holds | exact: sharper_law_holds].
  Qed.
